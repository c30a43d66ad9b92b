"""The operator lets a job that failed for good run again."""

from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.identity.actor import Actor, market_role
from app.identity.errors import OperatorNeeded
from app.identity.rules.roles import OPERATOR
from app.jobs.failed import run_again


def retry_job(session: Session, actor: Actor, job_id: int) -> None:
    """From its first attempt; every job can run twice. Raises OperatorNeeded, JobNotFailed."""
    if not market_role(actor, OPERATOR):
        raise OperatorNeeded
    name = run_again(session, job_id)
    record_act(session, actor.user_id, "job.retry", None, job=job_id, name=name)
