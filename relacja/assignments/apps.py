from django.apps import AppConfig


class AssignmentsConfig(AppConfig):
    name = "relacja.assignments"
    label = "assignments"
