"""Conversations by voice over a WebSocket, with the events of OpenAI's Realtime API.

asked.py      what clients send
chosen.py     what a client may choose of its session, and how that is shown
line.py       sound from and to the client
outbox.py     what waits to be sent, in order and bounded
call.py       the conversation behind the line
passing.py    what was said, as the guard lets it be told
speaking.py   what happens in the conversation, as events
talking.py    one client, from its first event to its last
"""
