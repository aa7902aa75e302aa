"""What engines that write text have in common: prompts, jobs, batching, reuse of prefixes, samplers, streams.

An engine brings a `Vocabulary`, `Cells` that compute and remember tokens, and `Constraint`s for schemas and grammars;
the rest is the same for all of them. Imported in worker processes alone.
"""
