"""Formats: one delivered file in, one text table per table of its contract out.

`read_file` is the only way in. Every reader streams, gives values exactly as delivered, numbers rows as the agreements
count them, and turns whatever is wrong with single records into defects and whatever is wrong with the file into a
DeliveryError. Meaning (types, codes, units) is the row filter's business.
"""

from connectors.formats.registry import READERS, read_file
from connectors.formats.report import FileWarning, ReadReport

__all__ = ["READERS", "FileWarning", "ReadReport", "read_file"]
