ALTER TABLE "identity"."sign_in_codes" DROP CONSTRAINT "sign_in_codes_use_check";
--> statement-breakpoint
ALTER TABLE "privacy"."restrictions" ADD COLUMN "kind" text DEFAULT 'requested' NOT NULL;
--> statement-breakpoint
ALTER TABLE "identity"."sign_in_codes" ADD CONSTRAINT "sign_in_codes_use_check" CHECK ("identity"."sign_in_codes"."use" in ('register', 'login', 'recover', 'bind', 'confirm'));
--> statement-breakpoint
ALTER TABLE "privacy"."restrictions" ADD CONSTRAINT "restrictions_kind_check" CHECK ("privacy"."restrictions"."kind" in ('requested', 'erased'));
