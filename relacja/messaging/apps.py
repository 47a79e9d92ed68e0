from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "relacja.messaging"
    label = "messaging"
