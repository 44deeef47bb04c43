"""Answers to pages: the chat page, the widget for other sites, and the HTTP API.

Read in this order: what the owner sets (texts, colours, look, options, credentials, settings, settings_file), markup,
then what values look like (source, suggestions), where questions wait (metrics, errors, desk), the API (events, api,
library, feedback, and in others' forms: completions, agents), what is for the owner (open_questions, owner, bringing,
bring_routes, documents), the chat (page), who may call what (limits, access, routes, guard), and what holds it together
(watching, files, speaking, server, serving).
"""
