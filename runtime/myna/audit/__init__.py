"""The audit log: an append-only record of what happened here, in which every change shows.

records.py      what a record is, its canonical bytes, and how one holds on to the one before
content.py      texts, beside the log, each under a salt, so that they can be taken away
head.py         the anchor: which record is the last
tail.py         how the end of the log fits the anchor: what a power cut leaves, and what it does not
gap.py          what could not be recorded
journal.py      appending: each record holds on to the one before, whatever the log is kept in
storage.py      what a log is kept in
folder.py       a folder of this machine
shared.py       a PostgreSQL database that several machines share
rows.py         what is in it, inside one transaction
tables.py       its tables
retention.py    cutting off old records
policy.py       what is recorded, when, and what a failure means
verify.py       whether a log is what was written
log.py          the log of a running assistant: policy, waiting, failures
turns.py        what is recorded of a turn
actions.py      what is recorded of administrators
health.py       what `myna doctor` says
export.py       JSON lines and CSV

The format is described in `docs/audit.md`, so that somebody else can verify it.
"""
