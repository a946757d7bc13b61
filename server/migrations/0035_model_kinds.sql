ALTER TABLE "catalog"."models" DROP CONSTRAINT "models_kind_check";
--> statement-breakpoint
ALTER TABLE "catalog"."models" ADD CONSTRAINT "models_kind_check" CHECK ("catalog"."models"."kind" in ('chat', 'embedding', 'rerank', 'moderation', 'image', 'speech', 'transcription'));
