"""The answering side of the district: what household office, tax office and six banks reply to the court's lists.

Every agency is a pure function of (seed, holder, business date): the same question gives the same bytes.
"""

from demo.replies.answering import ADDRESSEES, AnswerReport, answer

__all__ = ["ADDRESSEES", "AnswerReport", "answer"]
