"""Options in, one workflow call, its result out: the only place that prints and exits."""
