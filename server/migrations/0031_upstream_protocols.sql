ALTER TABLE "gateway"."upstreams" ADD COLUMN "protocols" text[] DEFAULT '{"chat"}' NOT NULL;
--> statement-breakpoint
ALTER TABLE "gateway"."upstreams" ADD CONSTRAINT "upstreams_protocols_check" CHECK (cardinality("gateway"."upstreams"."protocols") > 0);
