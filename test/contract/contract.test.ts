import {engines} from 'movie-recs'
import {contractOf} from './contract'
import {SETTINGS} from './settings'

for (const Class of engines()) contractOf(Class, SETTINGS[Class.spec.name])
