"""The engines that make speech. Imported in workers alone."""
