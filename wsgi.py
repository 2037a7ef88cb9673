"""The WSGI application that the server starts. It refuses an old schema: `yipiao serve` migrates first."""

from polling.db import Database
from polling.settings import read_settings
from web.app import create_app

app = create_app(Database(read_settings()))
