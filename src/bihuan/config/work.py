"""The job queue's own housekeeping."""

from procrastinate import App, JobContext

STALLED_AFTER = 60.0


def on_ready(app: App) -> None:
    """Give back the jobs of a worker that died in the middle of them: nothing deferred is lost."""

    @app.periodic(cron="* * * * *")
    @app.task(name="bihuan.requeue_stalled", queueing_lock="bihuan.requeue_stalled", pass_context=True)
    async def requeue_stalled(context: JobContext, timestamp: int) -> None:
        manager = context.app.job_manager
        for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER):
            await manager.retry_job(job)
