"""Real servers for tests: each speaks its protocol over a socket and can be told to misbehave."""
