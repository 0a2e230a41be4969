"""The REST API: what other systems of the court may ask, with a key of their own and in an officer's name.

The gate sends its requests through `entry`; `openapi` describes them. Pages and API share what they show and the rules
by which they show it, never how somebody proves who he is.
"""
