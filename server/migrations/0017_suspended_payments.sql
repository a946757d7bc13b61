CREATE TABLE "wallet"."suspended_payments" (
	"id" text PRIMARY KEY NOT NULL,
	"tenant_id" text,
	"user_id" text,
	"channel" text NOT NULL,
	"trade_number" text NOT NULL,
	"trade_number_index" text,
	"amount_micros" bigint NOT NULL,
	"received_at" timestamp with time zone NOT NULL,
	"status" text NOT NULL,
	"reason" text,
	"refund_reference" text,
	"proposed_by" text,
	"resolved_by" text,
	"resolved_at" timestamp with time zone,
	CONSTRAINT "suspended_payments_amount_check" CHECK ("wallet"."suspended_payments"."amount_micros" > 0),
	CONSTRAINT "suspended_payments_status_check" CHECK ("wallet"."suspended_payments"."status" in ('open', 'proposed', 'refunded', 'assigned')),
	CONSTRAINT "suspended_payments_resolved_check" CHECK (("wallet"."suspended_payments"."status" in ('refunded', 'assigned')) = ("wallet"."suspended_payments"."resolved_by" is not null and "wallet"."suspended_payments"."resolved_at" is not null)),
	CONSTRAINT "suspended_payments_reason_check" CHECK (("wallet"."suspended_payments"."status" = 'open') = ("wallet"."suspended_payments"."reason" is null)),
	CONSTRAINT "suspended_payments_second_person_check" CHECK ("wallet"."suspended_payments"."status" <> 'assigned' or "wallet"."suspended_payments"."proposed_by" is null or "wallet"."suspended_payments"."proposed_by" <> "wallet"."suspended_payments"."resolved_by")
);

--> statement-breakpoint
CREATE UNIQUE INDEX "suspended_payments_trade_number_key" ON "wallet"."suspended_payments" USING btree ("channel","trade_number_index");
--> statement-breakpoint
CREATE INDEX "suspended_payments_status_idx" ON "wallet"."suspended_payments" USING btree ("status","id");
--> statement-breakpoint
CREATE INDEX "suspended_payments_user_id_idx" ON "wallet"."suspended_payments" USING btree ("user_id","id");
--> statement-breakpoint
CREATE INDEX "suspended_payments_received_at_idx" ON "wallet"."suspended_payments" USING btree ("received_at");
