from django.db import models


class File(models.Model):
    """Bytes named by their SHA-256; they lie in `home/files/ab/cd…`."""

    digest = models.CharField(max_length=64, unique=True)
    size = models.BigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "file"

    def __str__(self) -> str:
        return self.digest
