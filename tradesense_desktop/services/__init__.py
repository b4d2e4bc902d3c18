"""What a person can do, one verb a module; the window and the command line call these and nothing below."""
