"""The properties: state machines over the protocol, a class each, and the table of all of them."""
