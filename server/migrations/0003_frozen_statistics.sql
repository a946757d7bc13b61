CREATE TABLE "billing"."model_statistics" (
	"month" text NOT NULL,
	"model_id" text NOT NULL,
	"persons" integer NOT NULL,
	"requests" bigint NOT NULL,
	"tokens" bigint NOT NULL,
	CONSTRAINT "model_statistics_pkey" PRIMARY KEY("month","model_id"),
	CONSTRAINT "model_statistics_persons_check" CHECK ("billing"."model_statistics"."persons" >= 5)
);

--> statement-breakpoint
CREATE TABLE "billing"."statistics_months" (
	"month" text PRIMARY KEY NOT NULL,
	"frozen_at" timestamp with time zone NOT NULL
);

--> statement-breakpoint
ALTER TABLE "billing"."model_statistics" ADD CONSTRAINT "model_statistics_month_statistics_months_month_fk" FOREIGN KEY ("month") REFERENCES "billing"."statistics_months"("month") ON DELETE no action ON UPDATE no action;
