"""Record linkage of Chinese parties: pure, Arrow in, links with evidence out."""

from matching.engine import LINKS, LinkReport, link, link_reported
from matching.model import Model, load_model
from matching.sentence import evidence_sentence_zh

__all__ = ["LINKS", "LinkReport", "Model", "evidence_sentence_zh", "link", "link_reported", "load_model"]
