"""A conversation by voice: what is heard becomes a question, and the answer is spoken and can be interrupted.

session.py        the actor: takes sound and results one after the other, and decides
endpointing.py    where somebody begins to speak, pauses and has finished
hearing.py        the sound that may still be needed, by position
utterance.py      one thing that is said, and what is known of it
barge_in.py       what speech during an answer means
button.py         a microphone that is muted, or hears only while a button is held
level.py          how loud it is at the microphone
attention.py      who is spoken to: open microphone, wake phrase, push-to-talk, follow-up
answer.py         an answer on its way, perhaps before it is certain that it is wanted
playback.py       what of an answer was heard
timings.py        milliseconds from the true end of speech

What is told to whoever shows the session is in `myna.voice_events`.

Time is counted in samples of the microphone. The wall clock is read only for `timings.py`.
"""
