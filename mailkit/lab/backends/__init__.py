"""Real servers for the lab: Dovecot as a child process or in Docker, with the same users and endpoints."""
