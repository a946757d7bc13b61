ALTER TABLE "privacy"."case_steps" DROP CONSTRAINT "case_steps_kind_check";
--> statement-breakpoint
ALTER TABLE "privacy"."case_steps" ADD CONSTRAINT "case_steps_kind_check" CHECK ("kind" in ('filed', 'contact-confirmed', 'account-confirmed', 'matched', 'accepted', 'asked', 'answered', 'decided', 'erasure-started', 'closed', 'refused', 'withdrawn', 'merged', 'joined', 'overdue', 'letter', 'note'));
