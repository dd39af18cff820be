"""The verifiable draw of inspections, protocol ssj-draw/1: see docs/draw-protocol.md."""
