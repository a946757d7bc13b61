CREATE TABLE "billing"."usage_statistics" (
	"month" text NOT NULL,
	"sku" text NOT NULL,
	"unit" text NOT NULL,
	"persons" integer NOT NULL,
	"quantity" bigint NOT NULL,
	CONSTRAINT "usage_statistics_pkey" PRIMARY KEY("month","sku","unit"),
	CONSTRAINT "usage_statistics_persons_check" CHECK ("billing"."usage_statistics"."persons" >= 5)
);
--> statement-breakpoint
CREATE TABLE "billing"."usage_sums" (
	"seq" bigint GENERATED ALWAYS AS IDENTITY (sequence name "billing"."usage_sums_seq_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" text NOT NULL,
	"hour" timestamp with time zone NOT NULL,
	"api_key_id" text NOT NULL,
	"sku" text NOT NULL,
	"meter" text NOT NULL,
	"quantity" bigint NOT NULL,
	"estimated_quantity" bigint NOT NULL,
	"charge_micros" bigint NOT NULL,
	CONSTRAINT "usage_sums_pkey" PRIMARY KEY("tenant_id","hour","api_key_id","sku","meter"),
	CONSTRAINT "usage_sums_numbers_check" CHECK ("billing"."usage_sums"."quantity" >= 0 and "billing"."usage_sums"."estimated_quantity" between 0 and "billing"."usage_sums"."quantity" and "billing"."usage_sums"."charge_micros" >= 0)
);
--> statement-breakpoint
ALTER TABLE "catalog"."price_versions" DROP CONSTRAINT "price_versions_micros_check";
--> statement-breakpoint
ALTER TABLE "catalog"."price_versions" DROP CONSTRAINT "price_versions_per_tokens_check";
--> statement-breakpoint
ALTER TABLE "catalog"."price_versions" DROP CONSTRAINT "price_versions_model_id_models_id_fk";
--> statement-breakpoint
DROP INDEX "billing"."usage_events_model_id_finished_at_idx";
--> statement-breakpoint
DROP INDEX "billing"."usage_events_api_key_id_model_id_finished_at_idx";
--> statement-breakpoint
DROP INDEX "catalog"."price_versions_model_id_id_idx";
--> statement-breakpoint
ALTER TABLE "billing"."usage_events" ALTER COLUMN "model_id" SET DEFAULT '';
--> statement-breakpoint
ALTER TABLE "billing"."usage_events" ALTER COLUMN "input_tokens" SET DEFAULT 0;
--> statement-breakpoint
ALTER TABLE "billing"."usage_events" ALTER COLUMN "output_tokens" SET DEFAULT 0;
--> statement-breakpoint
ALTER TABLE "catalog"."price_versions" ALTER COLUMN "model_id" SET DEFAULT '';
--> statement-breakpoint
ALTER TABLE "catalog"."price_versions" ALTER COLUMN "input_micros" SET DEFAULT 0;
--> statement-breakpoint
ALTER TABLE "catalog"."price_versions" ALTER COLUMN "input_per_tokens" SET DEFAULT 1;
--> statement-breakpoint
ALTER TABLE "catalog"."price_versions" ALTER COLUMN "output_micros" SET DEFAULT 0;
--> statement-breakpoint
ALTER TABLE "catalog"."price_versions" ALTER COLUMN "output_per_tokens" SET DEFAULT 1;
--> statement-breakpoint
ALTER TABLE "billing"."usage_events" ADD COLUMN "sku" text DEFAULT '' NOT NULL;
--> statement-breakpoint
ALTER TABLE "billing"."usage_events" ADD COLUMN "meters" text[] DEFAULT '{}' NOT NULL;
--> statement-breakpoint
ALTER TABLE "billing"."usage_events" ADD COLUMN "quantities" bigint[] DEFAULT '{}' NOT NULL;
--> statement-breakpoint
ALTER TABLE "billing"."usage_events" ADD COLUMN "charges_micros" bigint[] DEFAULT '{}' NOT NULL;
--> statement-breakpoint
ALTER TABLE "catalog"."price_versions" ADD COLUMN "sku" text DEFAULT '' NOT NULL;
--> statement-breakpoint
ALTER TABLE "catalog"."price_versions" ADD COLUMN "meters" text[] DEFAULT '{}' NOT NULL;
--> statement-breakpoint
ALTER TABLE "catalog"."price_versions" ADD COLUMN "micros" bigint[] DEFAULT '{}' NOT NULL;
--> statement-breakpoint
ALTER TABLE "catalog"."price_versions" ADD COLUMN "per_units" bigint[] DEFAULT '{}' NOT NULL;
--> statement-breakpoint
ALTER TABLE "billing"."usage_statistics" ADD CONSTRAINT "usage_statistics_month_statistics_months_month_fk" FOREIGN KEY ("month") REFERENCES "billing"."statistics_months"("month") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
-- Both releases may run (docs/decisions/0016-meters.md): what one writes, the other finds. A row of the former release
-- has no meters; a row of this one gets the columns that the former release reads.
CREATE FUNCTION "catalog"."keep_prices_in_step"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF cardinality(new."meters") = 0 THEN
    new."sku" := new."model_id";
    new."meters" := ARRAY['gateway.input-tokens', 'gateway.output-tokens'];
    new."micros" := ARRAY[new."input_micros", new."output_micros"];
    new."per_units" := ARRAY[new."input_per_tokens", new."output_per_tokens"];
    RETURN new;
  END IF;
  new."model_id" := new."sku";
  FOR line IN 1 .. cardinality(new."meters") LOOP
    IF new."meters"[line] = 'gateway.input-tokens' THEN
      new."input_micros" := new."micros"[line];
      new."input_per_tokens" := new."per_units"[line];
    ELSIF new."meters"[line] = 'gateway.output-tokens' THEN
      new."output_micros" := new."micros"[line];
      new."output_per_tokens" := new."per_units"[line];
    END IF;
  END LOOP;
  RETURN new;
END $$;
--> statement-breakpoint
-- The charge of a row of the former release is split at its price: the input alone, rounded up, and the rest. The split
-- must never keep the former release from booking a charge: without the price, everything stands with the output.
CREATE FUNCTION "billing"."keep_usage_in_step"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  input_charge bigint := 0;
BEGIN
  IF cardinality(new."meters") > 0 THEN
    new."model_id" := new."sku";
    new."input_tokens" := 0;
    new."output_tokens" := 0;
    FOR line IN 1 .. cardinality(new."meters") LOOP
      CASE new."meters"[line]
        WHEN 'gateway.input-tokens', 'gateway.cached-input-tokens', 'gateway.cache-write-tokens', 'gateway.audio-input-tokens' THEN
          new."input_tokens" := new."input_tokens" + new."quantities"[line];
        WHEN 'gateway.output-tokens', 'gateway.reasoning-tokens', 'gateway.audio-output-tokens' THEN
          new."output_tokens" := new."output_tokens" + new."quantities"[line];
        ELSE NULL;
      END CASE;
    END LOOP;
    RETURN new;
  END IF;
  new."sku" := new."model_id";
  new."meters" := ARRAY['gateway.calls'];
  new."quantities" := ARRAY[1];
  IF new."input_tokens" = 0 AND new."output_tokens" = 0 THEN
    new."charges_micros" := ARRAY[new."charge_micros"];
    RETURN new;
  END IF;
  new."charges_micros" := ARRAY[0];
  IF new."output_tokens" = 0 THEN
    input_charge := new."charge_micros";
  ELSIF new."input_tokens" > 0 THEN
    BEGIN
      SELECT least(new."charge_micros", div(new."input_tokens"::numeric * p."input_micros" + p."input_per_tokens" - 1, p."input_per_tokens"))
      INTO input_charge FROM "catalog"."price_versions" p WHERE p."id" = new."price_version_id";
    EXCEPTION WHEN insufficient_privilege THEN NULL;
    END;
    input_charge := coalesce(input_charge, 0);
  END IF;
  IF new."input_tokens" > 0 THEN
    new."meters" := new."meters" || 'gateway.input-tokens'::text;
    new."quantities" := new."quantities" || new."input_tokens";
    new."charges_micros" := new."charges_micros" || input_charge;
  END IF;
  IF new."output_tokens" > 0 THEN
    new."meters" := new."meters" || 'gateway.output-tokens'::text;
    new."quantities" := new."quantities" || new."output_tokens";
    new."charges_micros" := new."charges_micros" || (new."charge_micros" - input_charge);
  END IF;
  RETURN new;
END $$;
--> statement-breakpoint
-- An hour of the former release knows no charge per meter: its charge stands with the calls.
CREATE FUNCTION "billing"."add_former_hours"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  before "billing"."usage_hours";
BEGIN
  IF TG_OP = 'UPDATE' THEN before := old; END IF;
  INSERT INTO "billing"."usage_sums" ("tenant_id", "hour", "api_key_id", "sku", "meter", "quantity", "estimated_quantity", "charge_micros")
  SELECT new."tenant_id", new."hour", new."api_key_id", new."model_id", line.*
  FROM (VALUES
    ('gateway.calls', new."requests" - coalesce(before."requests", 0), new."estimated_requests" - coalesce(before."estimated_requests", 0), new."charge_micros" - coalesce(before."charge_micros", 0)),
    ('gateway.input-tokens', new."input_tokens" - coalesce(before."input_tokens", 0), 0, 0),
    ('gateway.output-tokens', new."output_tokens" - coalesce(before."output_tokens", 0), 0, 0)
  ) AS line (meter, quantity, estimated, charge)
  WHERE quantity > 0
  ON CONFLICT ON CONSTRAINT "usage_sums_pkey" DO UPDATE SET
    "quantity" = "billing"."usage_sums"."quantity" + excluded."quantity",
    "estimated_quantity" = "billing"."usage_sums"."estimated_quantity" + excluded."estimated_quantity",
    "charge_micros" = "billing"."usage_sums"."charge_micros" + excluded."charge_micros";
  RETURN NULL;
EXCEPTION WHEN insufficient_privilege THEN RETURN NULL;
END $$;
--> statement-breakpoint
CREATE FUNCTION "billing"."add_former_statistics"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "billing"."usage_statistics" ("month", "sku", "unit", "persons", "quantity")
  VALUES (new."month", new."model_id", 'call', new."persons", new."requests"), (new."month", new."model_id", 'token', new."persons", new."tokens");
  RETURN NULL;
EXCEPTION WHEN insufficient_privilege THEN RETURN NULL;
END $$;
--> statement-breakpoint
-- Rows of before go through the same functions. Prices first: the split of a charge reads them.
DROP TRIGGER IF EXISTS "refuse_change" ON "catalog"."price_versions";
--> statement-breakpoint
CREATE TRIGGER "keep_in_step" BEFORE INSERT OR UPDATE ON "catalog"."price_versions" FOR EACH ROW EXECUTE FUNCTION "catalog"."keep_prices_in_step"();
--> statement-breakpoint
UPDATE "catalog"."price_versions" SET "sku" = "model_id";
--> statement-breakpoint
CREATE OR REPLACE TRIGGER "keep_in_step" BEFORE INSERT ON "catalog"."price_versions" FOR EACH ROW EXECUTE FUNCTION "catalog"."keep_prices_in_step"();
--> statement-breakpoint
CREATE TRIGGER "keep_in_step" BEFORE INSERT OR UPDATE ON "billing"."usage_events" FOR EACH ROW EXECUTE FUNCTION "billing"."keep_usage_in_step"();
--> statement-breakpoint
UPDATE "billing"."usage_events" SET "sku" = "model_id";
--> statement-breakpoint
CREATE OR REPLACE TRIGGER "keep_in_step" BEFORE INSERT ON "billing"."usage_events" FOR EACH ROW EXECUTE FUNCTION "billing"."keep_usage_in_step"();
--> statement-breakpoint
INSERT INTO "billing"."usage_sums" ("tenant_id", "hour", "api_key_id", "sku", "meter", "quantity", "estimated_quantity", "charge_micros")
SELECT h."tenant_id", h."hour", h."api_key_id", h."model_id", line.*
FROM "billing"."usage_hours" h CROSS JOIN LATERAL (VALUES
  ('gateway.calls', h."requests", h."estimated_requests", h."charge_micros"),
  ('gateway.input-tokens', h."input_tokens", 0, 0),
  ('gateway.output-tokens', h."output_tokens", 0, 0)
) AS line (meter, quantity, estimated, charge)
WHERE line.quantity > 0 ORDER BY h."seq", line.meter;
--> statement-breakpoint
CREATE TRIGGER "add_to_sums" AFTER INSERT OR UPDATE ON "billing"."usage_hours" FOR EACH ROW EXECUTE FUNCTION "billing"."add_former_hours"();
--> statement-breakpoint
INSERT INTO "billing"."usage_statistics" ("month", "sku", "unit", "persons", "quantity")
SELECT s."month", s."model_id", line.* FROM "billing"."model_statistics" s
CROSS JOIN LATERAL (VALUES ('call', s."persons", s."requests"), ('token', s."persons", s."tokens")) AS line (unit, persons, quantity);
--> statement-breakpoint
CREATE TRIGGER "add_to_statistics" AFTER INSERT ON "billing"."model_statistics" FOR EACH ROW EXECUTE FUNCTION "billing"."add_former_statistics"();
--> statement-breakpoint
CREATE INDEX "usage_sums_tenant_id_seq_idx" ON "billing"."usage_sums" USING btree ("tenant_id","seq");
--> statement-breakpoint
CREATE INDEX "usage_sums_hour_idx" ON "billing"."usage_sums" USING btree ("hour");
--> statement-breakpoint
CREATE INDEX "usage_events_sku_finished_at_idx" ON "billing"."usage_events" USING btree ("tenant_id","sku","finished_at","id");
--> statement-breakpoint
CREATE INDEX "usage_events_api_key_id_sku_finished_at_idx" ON "billing"."usage_events" USING btree ("tenant_id","api_key_id","sku","finished_at","id");
--> statement-breakpoint
CREATE INDEX "price_versions_sku_effective_from_idx" ON "catalog"."price_versions" USING btree ("sku","effective_from");
--> statement-breakpoint
CREATE INDEX "price_versions_sku_id_idx" ON "catalog"."price_versions" USING btree ("sku","id");
--> statement-breakpoint
ALTER TABLE "billing"."usage_events" ADD CONSTRAINT "usage_events_lines_check" CHECK (cardinality("billing"."usage_events"."meters") > 0 and cardinality("billing"."usage_events"."quantities") = cardinality("billing"."usage_events"."meters") and cardinality("billing"."usage_events"."charges_micros") = cardinality("billing"."usage_events"."meters") and 0 <= all("billing"."usage_events"."quantities") and 0 <= all("billing"."usage_events"."charges_micros"));
--> statement-breakpoint
ALTER TABLE "catalog"."price_versions" ADD CONSTRAINT "price_versions_lines_check" CHECK (cardinality("catalog"."price_versions"."meters") > 0 and cardinality("catalog"."price_versions"."micros") = cardinality("catalog"."price_versions"."meters") and cardinality("catalog"."price_versions"."per_units") = cardinality("catalog"."price_versions"."meters"));
--> statement-breakpoint
ALTER TABLE "catalog"."price_versions" ADD CONSTRAINT "price_versions_unit_prices_check" CHECK (0 <= all("catalog"."price_versions"."micros") and 0 < all("catalog"."price_versions"."per_units"));
