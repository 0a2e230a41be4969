"""Record linkage of Chinese parties: pure, Arrow in, links with evidence out."""

from matching.engine import LINKS, Learned, LinkReport, learn, link, link_reported
from matching.increment import Memory, begin, relink
from matching.model import Model, load_model, save_model
from matching.prepared import Prepared
from matching.sentence import evidence_sentence_zh
from matching.waterfall import waterfall_svg

__all__ = [
    "LINKS",
    "Learned",
    "LinkReport",
    "Memory",
    "Model",
    "Prepared",
    "begin",
    "evidence_sentence_zh",
    "learn",
    "link",
    "link_reported",
    "load_model",
    "relink",
    "save_model",
    "waterfall_svg",
]
