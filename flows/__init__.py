"""When the steps happen. Prefect is imported only here; what a step means is in audit."""
