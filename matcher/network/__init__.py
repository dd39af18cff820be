"""The rules as a network that fires when a profile or a policy changes; it proposes, the interpreter decides.

`compiling` turns a bundle into rulesets, `encoding` an applicant into a message, `firing` is the one module that touches
durable-rules and runs in a process of its own, which `supervising` keeps alive; `confirming` holds what it says against the
interpreter.
"""

from matcher.network.compiling import Network, compile_network
from matcher.network.confirming import Checked, Disagreement, check_everything, confirm
from matcher.network.encoding import Message, Unsayable, encode
from matcher.network.supervising import Fired, Supervisor

__all__ = [
    "Checked",
    "Disagreement",
    "Fired",
    "Message",
    "Network",
    "Supervisor",
    "Unsayable",
    "check_everything",
    "compile_network",
    "confirm",
    "encode",
]
