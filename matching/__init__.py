"""Record linkage of Chinese parties: pure, Arrow in, links with evidence out."""

from matching.engine import LINKS, LinkReport, link, link_reported, train
from matching.increment import Memory, relink
from matching.model import Model, load_model, save_model
from matching.prepared import Prepared
from matching.sentence import evidence_sentence_zh

__all__ = [
    "LINKS",
    "LinkReport",
    "Memory",
    "Model",
    "Prepared",
    "evidence_sentence_zh",
    "link",
    "link_reported",
    "load_model",
    "relink",
    "save_model",
    "train",
]
