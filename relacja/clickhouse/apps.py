from django.apps import AppConfig


class ClickhouseConfig(AppConfig):
    name = "relacja.clickhouse"
    label = "clickhouse"
