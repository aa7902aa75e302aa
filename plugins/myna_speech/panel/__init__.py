"""The page "Voice" of the desktop, and what the microphone beside the question does.

panel.py       what the page asks for
talk.py        the voice conversation that is open, from the first press to the closed devices
told.py        what a session tells, as the page shows it
trial.py       trying out the microphone and the voice
choices.py     devices and voices to choose from
equipment.py   devices and engines, so that tests can have others
"""
