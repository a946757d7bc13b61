ALTER TABLE "gateway"."upstream_models" ADD COLUMN "weight" integer DEFAULT 1 NOT NULL;
--> statement-breakpoint
ALTER TABLE "gateway"."upstream_models" ADD COLUMN "priority" integer DEFAULT 1 NOT NULL;
--> statement-breakpoint
ALTER TABLE "gateway"."upstream_models" ADD COLUMN "cost_meters" text[] DEFAULT '{}' NOT NULL;
--> statement-breakpoint
ALTER TABLE "gateway"."upstream_models" ADD COLUMN "cost_micros" bigint[] DEFAULT '{}' NOT NULL;
--> statement-breakpoint
ALTER TABLE "gateway"."upstream_models" ADD COLUMN "cost_per_units" bigint[] DEFAULT '{}' NOT NULL;
--> statement-breakpoint
ALTER TABLE "gateway"."upstreams" ADD COLUMN "headers" jsonb DEFAULT '[]'::jsonb NOT NULL;
--> statement-breakpoint
ALTER TABLE "gateway"."upstream_models" ADD CONSTRAINT "upstream_models_weight_check" CHECK ("gateway"."upstream_models"."weight" between 1 and 1000);
--> statement-breakpoint
ALTER TABLE "gateway"."upstream_models" ADD CONSTRAINT "upstream_models_priority_check" CHECK ("gateway"."upstream_models"."priority" between 1 and 9);
--> statement-breakpoint
ALTER TABLE "gateway"."upstream_models" ADD CONSTRAINT "upstream_models_cost_lines_check" CHECK (cardinality("gateway"."upstream_models"."cost_micros") = cardinality("gateway"."upstream_models"."cost_meters") and cardinality("gateway"."upstream_models"."cost_per_units") = cardinality("gateway"."upstream_models"."cost_meters"));
--> statement-breakpoint
ALTER TABLE "gateway"."upstream_models" ADD CONSTRAINT "upstream_models_unit_costs_check" CHECK (0 <= all("gateway"."upstream_models"."cost_micros") and 0 < all("gateway"."upstream_models"."cost_per_units"));
