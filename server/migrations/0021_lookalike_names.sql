ALTER TABLE "identity"."users" ADD COLUMN "username_skeleton_index" text;
--> statement-breakpoint
CREATE INDEX "users_username_skeleton_idx" ON "identity"."users" USING btree ("username_skeleton_index");
