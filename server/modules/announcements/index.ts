// Importing the job declares it to the worker.
import './send-news.ts';

export { announcementsRoutes } from './routes.ts';
