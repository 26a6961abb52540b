import uuid

from django.conf import settings
from django.db import models

from ancora.platform.files.models import File


class DraftFile(models.Model):
    """A file that somebody laid into a composer and has not sent yet; only its owner may see or send it.

    `is_picture`: a picture by its content, fit to stand in a text. `is_held`: a draft holds it, however old it is.
    """

    key = models.UUIDField(unique=True, default=uuid.uuid4)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    file = models.ForeignKey(File, models.PROTECT, related_name="+")
    filename = models.CharField(max_length=255)
    content_type = models.CharField(max_length=127)
    size = models.BigIntegerField()
    is_picture = models.BooleanField(default=False)
    is_held = models.BooleanField(default=False, db_default=False)
    laid_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["laid_at"], name="draft_file_laid")]

    def __str__(self) -> str:
        return self.filename
