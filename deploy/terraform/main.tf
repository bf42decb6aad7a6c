# Cloud Run's audit logs of a whole organisation, pushed to davyd.
# Whoever applies this needs roles/logging.configWriter on the organisation and roles/pubsub.admin on the project.

terraform {
  required_version = ">= 1.6"
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 6.0"
    }
  }
}

variable "organization" {
  description = "The number of the organisation."
  type        = string
}

variable "project" {
  description = "The project that holds topic and subscription."
  type        = string
}

variable "davyd" {
  description = "Where davyd is reached, https://davy.example.com."
  type        = string
}

variable "source" {
  description = "The name of davyd's source: the last part of its path."
  type        = string
  default     = "logs"
}

locals {
  # Only system_event names the image of a deployment; activity tells who deployed. Both are needed.
  filter = <<-EOT
    (log_id("cloudaudit.googleapis.com/system_event") OR log_id("cloudaudit.googleapis.com/activity"))
    AND protoPayload.serviceName="run.googleapis.com"
  EOT
}

resource "google_pubsub_topic" "davy" {
  project                    = var.project
  name                       = "davy"
  message_retention_duration = "604800s"
}

resource "google_logging_organization_sink" "davy" {
  name             = "davy"
  org_id           = var.organization
  include_children = true
  destination      = "pubsub.googleapis.com/${google_pubsub_topic.davy.id}"
  filter           = local.filter
}

# The sink, and nobody else, writes to the topic: whoever can, can tell davyd what never was.
resource "google_pubsub_topic_iam_binding" "writer" {
  project = var.project
  topic   = google_pubsub_topic.davy.name
  role    = "roles/pubsub.publisher"
  members = [google_logging_organization_sink.davy.writer_identity]
}

resource "google_service_account" "push" {
  project      = var.project
  account_id   = "davy-push"
  display_name = "Pushes log entries to davyd"
}

resource "google_pubsub_subscription" "davy" {
  project                    = var.project
  name                       = "davy"
  topic                      = google_pubsub_topic.davy.id
  ack_deadline_seconds       = 60
  message_retention_duration = "604800s"

  # Never: a quiet month must not end it.
  expiration_policy {
    ttl = ""
  }

  # No dead-letter topic: while the database is away messages are refused again and again, and must not end there.
  retry_policy {
    minimum_backoff = "10s"
    maximum_backoff = "600s"
  }

  push_config {
    push_endpoint = "${var.davyd}/ingest/pubsub/${var.source}"
    oidc_token {
      service_account_email = google_service_account.push.email
      audience              = var.davyd
    }
  }
}

output "pusher" {
  description = "The account whose tokens davyd must take: \"emails\" of its source, and a role of \"ingester\" in the file of --oidc."
  value       = google_service_account.push.email
}
