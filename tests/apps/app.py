"""The part of a Django app after its settings: sends one message."""

import os

import django
from django.core.mail import EmailMultiAlternatives

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()
message = EmailMultiAlternatives(
    "Your order 4711", "Grüße, 4711\n", "shop@example.com", ["customer@example.net"]
)
message.attach_alternative("<p>Grüße, 4711</p>", "text/html")
message.attach("bill.txt", "42\n", "text/plain")
message.send()
