"""The verbs of the command line, one file a group. Nothing heavy is imported at the top."""
