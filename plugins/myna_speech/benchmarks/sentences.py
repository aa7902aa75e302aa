"""What the clips of the speech benchmark say: things that people ask and tell an assistant.

Short and long (0.5 to 8 s), with numbers, names and times, since those are where recognition errs.
"""

from __future__ import annotations

SENTENCES = (
    "Stop.",
    "Yes, please.",
    "What time is it?",
    "Turn off the kitchen light.",
    "Set a timer for twelve minutes.",
    "What is the capital of France?",
    "Play some quiet music in the living room.",
    "How far is it from Berlin to Munich?",
    "Remind me to call my sister tomorrow morning.",
    "Will it rain in the afternoon?",
    "Read me the last message again.",
    "Who wrote the book about the old man and the sea?",
    "Add bread, butter and two bottles of milk to the list.",
    "Open the window in the bedroom a little.",
    "Why is the sky blue?",
    "How many people live in Canada?",
    "Translate good evening into Spanish.",
    "What is seventeen times twenty three?",
    "Wake me up at half past six.",
    "Tell me a short story about a lighthouse and a fox.",
    "Which train should I take to be at the airport before nine?",
    "The meeting was moved from Tuesday to the second Thursday in March.",
    "Please write a letter to the landlord and say that the heating has been broken for three days.",
    "I would like to know how a battery works and why it gets weaker when it is cold outside.",
    "What should I cook tonight with rice, tomatoes and some old cheese?",
    "Is the front door locked?",
    "Explain to a child how the moon moves the water of the ocean.",
    "When was the first telephone call made, and who was on the other end of the line?",
)
