"""The household office: who a natural person is, former names and numbers, death and moves. It tells of no asset."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from data_contracts import Contract
from demo.replies.answers import Answer, Asked, Planted, TrueAsset
from demo.replies.cells import Row
from demo.replies.draws import Draws
from demo.replies.fault_recipes import stranger_like
from demo.replies.faults import Site
from demo.replies.parties import MOST_NAMESAKES, Hit, Holder

_FAILS = 0.003
#: Residence permits of people from Hong Kong, Macao and Taiwan arrive under the resident card's code.
_ID_TYPES = {"hmt_residence": "resident_id"}


class HouseholdAgency:
    """Answers about the asked person alone, never about relatives of the same household number."""

    def __init__(self, contract: Contract, seed: int, first_night: date) -> None:
        self._source, self._seed, self._first_night = contract.source, seed, first_night

    def answer(self, asked: Asked, sites: Sequence[Site] = ()) -> Answer:
        """One row per person found, at most twenty of a bare name; one row without a person otherwise."""
        question = asked.question
        luck = Draws(self._seed, self._source, question.number or question.name, asked.business_date)
        # Never about somebody of a former name: banks keep accounts under it, and the truth has them confirmed.
        known_otherwise = asked.hit is not None and bool(asked.hit.holder.former_names)
        if luck.chance(_FAILS) and not sites and not known_otherwise:
            return Answer("error", {"persons": [self._empty(asked, "error", "查询异常，请重新查询")]})
        hits = [hit for hit in ([asked.hit] if asked.hit else asked.namesakes) if hit.holder.is_person]
        if any(site.manner == "namesake" for site in sites):
            hits = [Hit(stranger_like(hits[0].holder), "name_only")]
        if not hits:
            reason = "库内无此号码" if question.number else "库内无此姓名"
            return Answer("none", {"persons": [self._empty(asked, "none", reason)]})
        result = "partial" if len(hits) > MOST_NAMESAKES else "found"
        rows = [self._person(asked, hit, place, result) for place, hit in enumerate(hits[:MOST_NAMESAKES], 1)]
        namesakes = [_record(hit.holder) for hit in hits[:MOST_NAMESAKES] if hit.basis == "name_only"]
        answer = Answer(result, {"persons": rows}, by_name=namesakes)
        for site in sites:
            self._plant(asked, answer, hits[0], site)
        return answer

    def _plant(self, asked: Asked, answer: Answer, hit: Hit, site: Site) -> None:
        """The first fault takes the row of the person; further ones repeat the person under the next number."""
        rows = answer.rows["persons"]
        if answer.planted:
            rows.append(self._person(asked, hit, len(rows) + 1, answer.result))
        answer.planted.append(Planted(site, "persons", len(rows) - 1, hit.holder))

    def _empty(self, asked: Asked, result: str, reason: str) -> Row:
        return self._head(asked, result, 0) | {"reason": reason}

    def _head(self, asked: Asked, result: str, place: int) -> Row:
        question = asked.question
        return {
            "inquiry_no": question.inquiry_no,
            "case_no": question.case_no,
            "result": result,
            "hit_no": place,
            "replied_at": asked.replied_at,
        }

    def _person(self, asked: Asked, hit: Hit, place: int, result: str) -> Row:
        person = hit.holder
        return self._head(asked, result, place) | {
            "match_basis": hit.basis,
            "name": person.name,
            "id_type": _ID_TYPES.get(person.id_type, person.id_type),
            "id_number": person.id_number,
            "former_names": person.former_names or None,
            "former_id_numbers": person.former_numbers or None,
            "sex": person.sex,
            "ethnicity": person.ethnicity,
            "birth_date": person.birth_or_founding,
            "region_code": "370499",
            "address": person.address,
            "household_no": person.household_no,
            "relation_to_head": person.relation_to_head,
            "marital_status": person.marital_status,
            "status": person.status,
            "status_on": person.status_on,
            "moved_to": person.moved_to,
            "updated_at": self._updated(person),
            "reason": "同名，号码未核" if hit.basis == "name_only" else None,
        }

    def _updated(self, person: Holder) -> datetime:
        draws = Draws(self._seed, self._source, person.key, "updated")
        day = self._first_night - timedelta(days=draws.randint(1, 3_000))
        return datetime.combine(max(day, person.status_on or day), time(draws.randint(8, 17), draws.randint(0, 59)))


def _record(person: Holder) -> TrueAsset:
    return TrueAsset(
        kind="person",
        identifier=f"household:{person.id_number}",
        value=None,
        currency="",
        type_text=None,
        protection="",
        is_current=person.status == "normal",
        tier="possible",
        owner=person,
    )
