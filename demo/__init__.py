"""A synthetic district: deliveries of every source in their delivered form, with the truth beside them.

``generate`` writes the registers and the truth; the replies of household, tax and banks are played by ``demo.replies``.
"""

from demo.district import FIRST_NIGHT, GenerationReport, district_nights, generate

__all__ = ["FIRST_NIGHT", "GenerationReport", "district_nights", "generate"]
