"""The part of a Django app after its settings: sends one message, or one that was made elsewhere (a file)."""

import os
import sys
from pathlib import Path

import django
from django.core.mail import EmailMultiAlternatives, get_connection

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()
SENDER, RECIPIENT = "shop@example.com", "customer@example.net"
file, leave = (*sys.argv[1:], "", "")[:2]
connection = get_connection()
if file:
    connection.open()
    connection.connection.sendmail(SENDER, [RECIPIENT], Path(file).read_bytes())
    if leave:
        os._exit(0)
    connection.close()
else:
    message = EmailMultiAlternatives(
        "Your order 4711", "Grüße, 4711\n", SENDER, [RECIPIENT], connection=connection
    )
    message.attach_alternative("<p>Grüße, 4711</p>", "text/html")
    message.attach("bill.txt", "42\n", "text/plain")
    message.send()
