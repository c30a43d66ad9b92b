"""Every night all seals are looked over, and what was found is kept."""

from uuid import UUID

from sqlalchemy import Engine, text

from app.db.session import reading
from app.proofs import jobs
from app.proofs.queries import last_check


def test_what_the_night_found_is_kept(sealed: list[UUID], superuser: Engine) -> None:
    jobs.verify()
    with reading() as session:
        found = last_check(session)
    assert found is not None
    assert (found.seals, found.journals, found.unsealed, found.fault_count, found.faults) == (3, 9, 1, 0, [])
    with superuser.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text("UPDATE journals SET event = 'nothing' WHERE id = :id"), {"id": sealed[2]})
    jobs.verify()
    with reading() as session:
        found = last_check(session)
    assert found is not None
    assert found.fault_count == 1
    assert found.faults[0]["which"] == f"journal {sealed[2]}"
