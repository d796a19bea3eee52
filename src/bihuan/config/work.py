"""The job queue's own housekeeping."""

from django.core.management import call_command
from procrastinate import App, JobContext

STALLED_AFTER = 60.0
KEPT_HOURS = 72


def on_ready(app: App) -> None:
    """Give back the jobs of a worker that died in the middle of them; sweep out what is done with."""

    @app.periodic(cron="* * * * *")
    @app.task(name="bihuan.requeue_stalled", queueing_lock="bihuan.requeue_stalled", pass_context=True)
    async def requeue_stalled(context: JobContext, timestamp: int) -> None:
        manager = context.app.job_manager
        for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER):
            await manager.retry_job(job)

    @app.periodic(cron="23 4 * * *")
    @app.task(name="bihuan.sweep", queueing_lock="bihuan.sweep", pass_context=True)
    async def sweep(context: JobContext, timestamp: int) -> None:
        await context.app.job_manager.delete_old_jobs(nb_hours=KEPT_HOURS)

    @app.periodic(cron="23 4 * * *")
    @app.task(name="bihuan.clear_sessions", queueing_lock="bihuan.clear_sessions")
    def clear_sessions(timestamp: int) -> None:
        call_command("clearsessions")
