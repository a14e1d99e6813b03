"""What every room may use: values, ports, errors, settings, logging. Knows nobody else."""
