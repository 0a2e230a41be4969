"""``api+https://``: a paginated, signed API, as the development agreement describes it.

signature    what both sides sign
client       one request and its answer: signed, verified, refusals told apart
reading      pages 1 to n under one snapshot, kept until they are whole
transport    the reading as files of a business date
"""
