"""Keep the service safe: route guards, forged requests, response headers, request limits, hostile text."""
