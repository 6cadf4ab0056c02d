"""The Celery application: tasks of a few lines that call the gateway; and the worker inside a process."""
